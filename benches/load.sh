#!/bin/sh
# Previews under load: requests per second, p50 and p99 at 1, 8 and 64 clients. Needs wrk, curl and a release build.
#
#   benches/load.sh FOLDER [SECONDS]
#
# FOLDER holds logo.svg and photo.png, as for examples/w1.rs. PORT is the service's own, default 18480.
set -eu
inputs=$1
seconds=${2:-8}
here=$(cd "$(dirname "$0")/.." && pwd)
address=http://127.0.0.1:${PORT:-18480}
FOLDER=$(mktemp -d)
export FOLDER
trap 'kill "$service" 2> /dev/null; wait "$service" 2> /dev/null || true; rm -rf "$FOLDER"' EXIT

"$here/target/release/platen" serve --assets "$here" --data "$FOLDER/data" --listen "${address#http://}" \
  --points 4000000000 2> "$FOLDER/log" &
service=$!
until curl -sf -o /dev/null "$address/readyz"; do sleep 0.2; done

jar=$FOLDER/jar
id_of() { sed -E 's/^.*"id": ?"([0-9a-z]+)".*$/\1/'; }
upload() { curl -sf -b "$jar" -c "$jar" -F "file=@$inputs/$1;type=$2" "$address/api/v1/uploads" | id_of; }
logo=$(upload logo.svg image/svg+xml)
photo=$(upload photo.png image/png)
awk '/platen_customer/ { printf "platen_customer=%s", $7 }' "$jar" > "$FOLDER/cookie"
lettering='"type":"text","x":177.8,"font":"Archivo Black","fill":"#ffb703","outline":[{"width":1.2,"color":"#ffffff"}]'
cat > "$FOLDER/document.json" << JSON
{"version":1,"garment":"tee","color":"navy","technique":"dtf","placements":[{"area":"front","layers":[
{"id":"photo","type":"image","asset":"$photo","x":177.8,"y":234.0,"width":296.3},
{"id":"logo","type":"image","asset":"$logo","x":177.8,"y":80.6,"width":177.8},
{"id":"name","text":"NAME @@","y":352.0,"size":41.0,$lettering},
{"id":"number","text":"No. @@","y":388.0,"size":35.0,$lettering}]}]}
JSON
printf '/api/v1/templates/band/previews/front?width=1050' > "$FOLDER/address"
curl -sf -o "$FOLDER/picture" -D "$FOLDER/head" "$address$(cat "$FOLDER/address")"
sed -n 's/^etag: *//ip' "$FOLDER/head" | tr -d '\r\n' > "$FOLDER/etag"
echo "the picture that is asked for again and again has $(wc -c < "$FOLDER/picture") bytes"

for WORK in live exact same unchanged; do
  export WORK
  for clients in 1 8 64; do
    wrk -t1 -c"$clients" -d"${seconds}s" --timeout 30s --latency -s "$here/benches/load.lua" "$address" |
      awk -v work="$WORK" -v clients="$clients" '
        /50%/ { half = $2 } /99%/ { most = $2 } /Requests\/sec/ { rate = $2 } /Non-2xx/ { refused = $NF }
        END { printf "%-10s %2d clients %9.1f/s  p50 %-9s p99 %-9s refused %d\n", work, clients, rate, half, most, refused }'
  done
done
