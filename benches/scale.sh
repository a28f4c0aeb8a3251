#!/bin/bash
# Print jobs on one machine and by 1, 2 and 4 workers on it: files a second, and whether the sets are the same. Needs
# PostgreSQL (initdb, psql) and a release program built with --features distributed.
#
#   benches/scale.sh [ROWS]
#
# PROGRAM is the program, WORKERS the numbers of workers, JOBS what each does at once. The file store is a folder.
set -eu
rows=${1:-400}
here=$(cd "$(dirname "$0")/.." && pwd)
program=${PROGRAM:-$here/target/release/platen}
jobs=${JOBS:-1}
folder=$(mktemp -d)
chmod 755 "$folder"
pids=()
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
for found in /usr/lib/postgresql/*/bin; do bin=$found; done
mkdir "$folder/pg"
[ "$(id -u)" != 0 ] || chown postgres "$folder/pg"
end() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait
    as "$bin/pg_ctl" -D "$folder/pg/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap end EXIT
cd "$folder"
as "$bin/initdb" -D "$folder/pg/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
as "$bin/pg_ctl" -D "$folder/pg/data" -l "$folder/pg/log" -w -o "-k $folder/pg -c listen_addresses=" start >/dev/null

# Every row has a name of its own, so that no work is done once for two.
cp -r "$here/examples/." "$folder/examples"
{
    echo "order_id,line,design,size,quantity,name,number"
    for ((row = 0; row < rows; row++)); do
        sizes=(S M L XL)
        echo "R-$((row / 4)),$((row % 4 + 1)),jersey.json,${sizes[row % 4]},1,PLAYER $row,$((row % 56))"
    done
} >"$folder/examples/rows.csv"

seconds() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", b - a }'; }
make() { "$program" --assets "$here" batch "$folder/examples/rows.csv" "$@" 2>"$folder/said" || { cat "$folder/said"; exit 1; }; }

begun=$(date +%s.%N)
make -o "$folder/one"
took=$(seconds "$begun" "$(date +%s.%N)")
files=$(($(wc -l <"$folder/one/manifest.csv") - 1))
echo "one machine, all processors: $files files of $rows rows in $took s"
for workers in ${WORKERS:-1 2 4}; do
    name=scale_$workers
    as psql -q -h "$folder/pg" -U postgres -d postgres -c "CREATE DATABASE $name"
    database="postgres:///$name?host=$folder/pg&user=postgres"
    storage=file://$folder/store_$workers
    pids=()
    for ((worker = 0; worker < workers; worker++)); do
        "$program" --assets "$here" worker --database "$database" --storage "$storage" --jobs "$jobs" 2>"$folder/worker_$worker" &
        pids+=($!)
    done
    for ((worker = 0; worker < workers; worker++)); do
        until grep -q "takes jobs" "$folder/worker_$worker"; do sleep 0.1; done
    done
    begun=$(date +%s.%N)
    make -o "$folder/far_$workers" --database "$database" --storage "$storage"
    took=$(seconds "$begun" "$(date +%s.%N)")
    same=$(diff -rq -x .batch "$folder/one" "$folder/far_$workers" >/dev/null && echo "the same set" || echo "ANOTHER SET")
    # What the submitter looks at first is in the time of the whole, and not in that of the workers.
    span="SELECT round(((max(changed_at) - min(changed_at)) / 1000.0)::numeric, 1) FROM print_items"
    made=$(as psql -tAq -h "$folder/pg" -U postgres -d "$name" -c "$span")
    echo "$workers workers, $jobs at once each: $took s in all, $made s from the first item to the last; $same"
    for pid in "${pids[@]}"; do kill "$pid"; done
    for pid in "${pids[@]}"; do wait "$pid" || true; done
done
pids=()
