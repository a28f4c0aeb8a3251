#!/usr/bin/env bash
# Draws the pictures of the pages with Platen itself, into static/: the card of links, the shirt of the 404 page, the
# icons. It wants a service with these examples: examples/pages/make.sh http://127.0.0.1:8080
set -euo pipefail
cd "$(dirname "$0")"
api=$1/api/v1
out=../../static

# draw DESIGN PARAMETERS FILE
draw() { curl -fsS "$api/previews?$2" --data-binary "@$1" -o "$out/$3"; }

curl -fsS "$api/templates/camp/previews/front?card=true&wall=%23d8d8d6" -o "$out/pictures/cover.jpg"
draw lost.json "width=800&wall=%23d8d8d6" pictures/lost.jpg
draw lost.json "width=800&wall=%23171717" pictures/lost-dark.jpg

# An upload's proxy is the service's own picture of a drawing.
icon=$(curl -fsS "$api/uploads" -F "file=@$out/icon.svg" -c /tmp/platen-pages-cookie | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
for size in 48 180 192 512; do
    name=icon-$size.png
    [ "$size" = 180 ] && name=apple-touch-icon.png
    curl -fsS "$api/uploads/$icon/proxy?width=$size" -b /tmp/platen-pages-cookie -o "$out/$name"
done
rm /tmp/platen-pages-cookie
