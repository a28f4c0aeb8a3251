#!/usr/bin/env python3
"""Makes everything in this folder: the fonts, manifest.json and the table in README.md.

    pip install fonttools==4.59.0 brotli==1.1.0      (also needs npm and Python 3.11.4 or newer)

    python3 fonts/build.py                  fetch every package below and rebuild
    python3 fonts/build.py --check          compare the folder with manifest.json
    python3 fonts/build.py --add FOLDER --category display --license OFL-1.1
                                            take in fonts/FOLDER (*.ttf and OFL.txt or LICENSE.txt)

A rebuild works in a temporary folder and moves the result here only when it is complete.
Families that did not come from npm (see --add) are kept.
"""
import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
EXPO, FONTSOURCE = "@expo-google-fonts/", "@fontsource/"
OFL, APACHE = "OFL-1.1", "Apache-2.0"
BY_HAND = "added by hand"

R, B, K, RI, BI = "400Regular", "700Bold", "900Black", "400Regular_Italic", "700Bold_Italic"

# family, category, style, package@version, faces, licence
FAMILIES = [
    ("Abril Fatface", "serif", "didone display", "abril-fatface@0.4.1", [R], OFL),
    ("Amatic SC", "handwritten", "handwritten capitals", "amatic-sc@0.4.2", [B], OFL),
    ("Anton", "display", "condensed display", "anton@0.4.2", [R], OFL),
    ("Archivo Black", "sans", "heavy sans", "archivo-black@0.4.1", [R], OFL),
    ("Audiowide", "display", "tech, racing", "audiowide@0.4.1", [R], OFL),
    ("Baloo 2", "display", "rounded display, Devanagari", "baloo-2@0.4.2", [B], OFL),
    ("Bangers", "display", "comic", "bangers@0.4.1", [R], OFL),
    ("Bebas Neue", "display", "condensed display", "bebas-neue@0.4.1", [R], OFL),
    ("Black Ops One", "college", "stencil, military", "black-ops-one@0.4.1", [R], OFL),
    ("Bungee", "display", "signage", "bungee@0.4.1", [R], OFL),
    ("Cairo", "sans", "Arabic and Latin sans", "cairo@0.4.2", [R, B, K], OFL),
    ("Caveat", "handwritten", "handwriting", "caveat@0.4.2", [B], OFL),
    ("Cinzel", "serif", "roman capitals", "cinzel@0.4.2", [R, B], OFL),
    ("Creepster", "display", "horror", "creepster@0.4.0", [R], OFL),
    ("Dancing Script", "script", "casual script", "dancing-script@0.4.2", [R, B], OFL),
    ("Dela Gothic One", "display", "heavy Japanese display", "dela-gothic-one@0.4.1", [R], OFL),
    ("Frank Ruhl Libre", "serif", "Hebrew serif", "frank-ruhl-libre@0.4.1", [B], OFL),
    ("Great Vibes", "script", "formal script", "great-vibes@0.4.1", [R], OFL),
    ("Heebo", "sans", "Hebrew sans", "heebo@0.4.2", [R, K], OFL),
    ("Jersey 10", "college", "athletic pixel", "jersey-10@0.4.1", [R], OFL),
    ("Lalezar", "display", "Arabic display", "lalezar@0.2.3", [R], OFL),
    ("League Gothic", "display", "condensed display", "league-gothic@0.4.2", [R], OFL),
    ("Lobster", "script", "bold script", "lobster@0.4.1", [R], OFL),
    ("Luckiest Guy", "display", "comic", "luckiest-guy@0.4.1", [R], APACHE),
    ("Monoton", "display", "neon inline", "monoton@0.4.1", [R], OFL),
    ("Montserrat", "sans", "geometric sans", "montserrat@0.4.2", [R, RI, B, BI, K], OFL),
    ("Noto Color Emoji", "emoji", "emoji in full colour", FONTSOURCE + "noto-color-emoji@5.3.2", [R], OFL),
    ("Noto Emoji", "emoji", "emoji in one colour", "noto-emoji@0.4.7", [B], OFL),
    ("Noto Sans", "fallback", "Latin, Greek, Cyrillic", "noto-sans@0.4.2", [R, RI, B, BI], OFL),
    ("Noto Sans Arabic", "fallback", "Arabic", "noto-sans-arabic@0.4.3", [R, B], OFL),
    ("Noto Sans Devanagari", "fallback", "Devanagari", "noto-sans-devanagari@0.4.1", [R, B], OFL),
    ("Noto Sans JP", "fallback", "Japanese", "noto-sans-jp@0.4.3", [B], OFL),
    ("Noto Sans KR", "fallback", "Korean", "noto-sans-kr@0.4.3", [B], OFL),
    ("Noto Sans Symbols", "fallback", "arrows, signs", "noto-sans-symbols@0.4.1", [R], OFL),
    ("Noto Sans Symbols 2", "fallback", "stars, dingbats, shapes", "noto-sans-symbols-2@0.4.1", [R], OFL),
    ("Noto Sans Thai", "fallback", "Thai", "noto-sans-thai@0.4.2", [R, B], OFL),
    ("Oswald", "sans", "condensed sans", "oswald@0.4.2", [R, B], OFL),
    ("Pacifico", "script", "brush script", "pacifico@0.4.1", [R], OFL),
    ("Permanent Marker", "handwritten", "marker", "permanent-marker@0.4.0", [R], APACHE),
    ("Playfair Display", "serif", "high-contrast serif", "playfair-display@0.4.2", [R, RI, B, BI, K], OFL),
    ("Poppins", "sans", "geometric sans, Devanagari", "poppins@0.4.1", [R, RI, B, BI, K], OFL),
    ("Press Start 2P", "pixel", "8-bit", "press-start-2p@0.4.1", [R], OFL),
    ("Righteous", "display", "retro", "righteous@0.4.1", [R], OFL),
    ("Roboto Slab", "slab", "slab serif", "roboto-slab@0.4.2", [R, B, K], APACHE),
    ("Rock Salt", "handwritten", "rough felt pen", "rock-salt@0.4.1", [R], APACHE),
    ("Rubik Mono One", "display", "heavy wide", "rubik-mono-one@0.4.1", [R], OFL),
    ("Rubik Spray Paint", "display", "graffiti", "rubik-spray-paint@0.4.0", [R], OFL),
    ("Rye", "display", "western", "rye@0.4.1", [R], OFL),
    ("Saira Stencil One", "college", "stencil, athletic", "saira-stencil-one@0.4.1", [R], OFL),
    ("Space Mono", "mono", "monospace", "space-mono@0.4.2", [R, B], OFL),
    ("Special Elite", "mono", "typewriter", "special-elite@0.4.1", [R], APACHE),
    ("UnifrakturMaguntia", "display", "blackletter", "unifrakturmaguntia@0.4.1", [R], OFL),
    ("Yellowtail", "script", "baseball script", "yellowtail@0.4.1", [R], APACHE),
    ("Zilla Slab", "slab", "slab serif", "zilla-slab@0.4.1", [B], OFL),
]

# Packages that ship the font without its licence text, and the package that has the text.
LICENCE_FROM = {"Lalezar": FONTSOURCE + "lalezar@5.3.0"}

FALLBACK = {
    "Latn": ["Noto Sans"], "Grek": ["Noto Sans"], "Cyrl": ["Noto Sans"],
    "Arab": ["Noto Sans Arabic", "Cairo"],
    "Hebr": ["Heebo", "Frank Ruhl Libre"],
    "Deva": ["Noto Sans Devanagari", "Poppins", "Baloo 2"],
    "Thai": ["Noto Sans Thai"],
    "Jpan": ["Noto Sans JP", "Dela Gothic One"],
    "Hang": ["Noto Sans KR"],
    "emoji": ["Noto Color Emoji"],
    "emoji_mono": ["Noto Emoji"],
    "symbols": ["Noto Sans Symbols 2", "Noto Sans Symbols", "Noto Sans JP"],
}


def span(*ranges):
    return {c for a, b in ranges for c in range(a, b + 1)}


# A face covers a script when its cmap has all of these; scripts of a family: those of all its faces.
SCRIPTS = {
    "Latn": span((0x41, 0x5A), (0x61, 0x7A)),
    "Grek": span((0x391, 0x3A1), (0x3A3, 0x3A9), (0x3B1, 0x3C9), (0x3AC, 0x3AF)),
    "Cyrl": span((0x410, 0x44F)) | {0x401, 0x451},
    "Hebr": span((0x5D0, 0x5EA)),
    "Arab": span((0x621, 0x63A), (0x641, 0x64A)),
    "Deva": span((0x905, 0x90B), (0x90F, 0x910), (0x913, 0x928), (0x92A, 0x930), (0x935, 0x939),
                 (0x93E, 0x943), (0x947, 0x948), (0x94B, 0x94D)) | {0x902, 0x903, 0x932},
    "Thai": span((0xE01, 0xE3A), (0xE40, 0xE4E)),
    "Jpan": span((0x3041, 0x3093), (0x30A1, 0x30F6)) | set(map(ord, "日本語東京漢字野球部優勝")),
    "Hang": span((0x3131, 0x3163)) | set(map(ord, "대한민국팀축구우승힘")),
    "Zsye": {0x1F600, 0x1F525, 0x2764, 0x1F1E6, 0x1F1FF, 0x1F3FB},
    "Zsym": {0x2605, 0x2713, 0x27A4},
}
SCRIPTS_SYMBOLS_ONLY = {"Noto Sans Symbols": {"Zsym"}}  # arrows and signs, but not the stars


def code_rows(codec, first, last):
    """The characters of rows `first` to `last` of a 94 by 94 East Asian character set."""
    chars = set()
    for row in range(first, last + 1):
        for cell in range(1, 95):
            try:
                chars.update(map(ord, bytes([0xA0 + row, 0xA0 + cell]).decode(codec)))
            except UnicodeDecodeError:
                pass
    return chars


WESTERN = span((0x20, 0x7E), (0xA0, 0x17F), (0x2000, 0x206F), (0x20A0, 0x20BF), (0x2100, 0x214F))
WIDE = span((0x3000, 0x303F), (0xFF00, 0xFFEF))
KANA = span((0x3040, 0x30FF))
JIS = code_rows("euc_jp", 1, 47)
# Kanji of the joyo and jinmeiyo (personal name) lists that those rows do not have, and their old forms.
NAME_KANJI = set(map(ord,
    "丼乘亞佛來侑俐俠俱傲傳僞價儉兒凉凛凜凰刹剝剩劍勁勒勳卷卽吞哺喩單嗅嘲嚴圈國圓團堯塡增壘壞壯"
    "壽奎奧奬孃寢實寬將專峽崚巖巢巫已帶廣廳彈彌彗彙從徠徵德恆恣惠惡惧惺愼慄憬應懷戰戲拂拉拔拜揭"
    "搖搜摑摯擊攝收敍昊昴晄晏晚晝晟晨暉曆曉曖栞梛條椰楷榮槇樂樣橙橫檜檢櫂櫻步歷毀每毬氣洵洸涉淚"
    "淨渴渾溫滉滯漱澁澪濕瀨焰煌熙燎燒燿爭爲狀狹獸珀珈琥瑶璧疊瘍瘦皓盜盡眞眸碎祕祿禪禮禱稟稻穗穰"
    "穹笙箋簞籠粹絆綠綸綺緖緣緻縣縱繡繫纖羚羞翔聽脩臟與苺茉莉莊菫萊萠萬蔣蕾薰藏藝藥虛蟬蠟衞裝覽"
    "訃詢諄諧謠讓貪賣賴赳踪轉辣迪逞遙郞醉醬釀釉錄錮鍊鎭鑄陷險雜靜頌顚顯颯飜騷驍驗髮鬱鷄鷗麒黃黎"
    "黑默齊"
)) | {0xF91D, 0xF928, 0xF929, 0xF936, 0xF9D0, 0xF9DC} | span((0xFA10, 0xFA6D))
LATIN_GREEK_CYRILLIC = span((0x20, 0x52F), (0x1C80, 0x1C8F), (0x1E00, 0x2C7F), (0xA78B, 0xA78C),
                            (0xAB30, 0xAB6F), (0xFB00, 0xFB06), (0xFE00, 0xFEFF))

SUBSETS = {
    "Noto Sans": (LATIN_GREEK_CYRILLIC,
                  "subset: Latin, Greek, Cyrillic, punctuation"),
    "Noto Sans JP": (WESTERN | WIDE | KANA | JIS | NAME_KANJI | span((0x2150, 0x2BFF), (0x3200, 0x33FF)),
                     "subset: JIS X 0208 rows 1-47, joyo and name kanji, kana, Latin, punctuation, symbols"),
    "Dela Gothic One": (WESTERN | WIDE | KANA | JIS,
                        "subset: JIS X 0208 rows 1-47, kana, Latin, punctuation"),
    "Noto Sans KR": (WESTERN | WIDE | span((0x3130, 0x318F)) | code_rows("euc_kr", 16, 40),
                     "subset: KS X 1001 hangul, jamo, Latin, punctuation"),
    "Noto Sans Symbols 2": (span((0x20, 0x2BFF), (0x1F650, 0x1F67F), (0x1F780, 0x1F8FF)),
                            "subset: symbols, arrows, dingbats and shapes"),
}


def fetch(package, scratch):
    """Unpack one npm package and return its folder."""
    packed = subprocess.run(["npm", "pack", "--silent", "--pack-destination", scratch, package],
                            check=True, capture_output=True, text=True).stdout.split()[-1]
    folder = scratch / packed.removesuffix(".tgz")
    with tarfile.open(scratch / packed) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def licence_text(folder):
    for name in ("LICENSE_FONT", "LICENSE"):
        file = folder / name
        if file.exists() and b"MIT License" not in file.read_bytes()[:200]:
            return file
    sys.exit(f"no font licence in {folder}")


def cut(source, target, characters):
    options = subset.Options(layout_features=["*"], name_IDs=["*"], name_languages=["*"],
                             notdef_outline=True, recalc_timestamp=False, harfbuzz_repacker=False)
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)
    subset.save_font(font, str(target), options)


def colour_emoji(source, target):
    """WOFF2 to TTF, without the `SVG ` copy of the glyphs: every glyph stays, as COLRv1."""
    font = TTFont(source, lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    del font["SVG "]
    font.flavor = None
    font.save(target)


def make_family(name, package, faces, scratch, folder):
    """Put the faces and the licence of one family in `folder`; return what was changed."""
    unpacked = fetch(package, scratch)
    folder.mkdir()
    licence = licence_text(fetch(LICENCE_FROM[name], scratch) if name in LICENCE_FROM else unpacked)
    apache = b"Apache License" in licence.read_bytes()[:200]
    shutil.copyfile(licence, folder / ("LICENSE.txt" if apache else "OFL.txt"))
    modified = ""
    for face in faces:
        weight, _, italic = face.partition("_")
        style = (weight[3:] + italic).replace("RegularItalic", "Italic")
        target = folder / f"{name.replace(' ', '')}-{style}.ttf"
        if name == "Noto Color Emoji":
            colour_emoji(unpacked / "files/noto-color-emoji-emoji-400-normal.woff2", target)
            modified = "WOFF2 unpacked to TTF, `SVG ` table dropped (COLRv1 kept)"
            continue
        source = next(unpacked.rglob(f"*_{face}.ttf"))
        if name in SUBSETS:
            characters, modified = SUBSETS[name]
            cut(source, target, characters)
        else:
            shutil.copyfile(source, target)
    return modified


def describe(folder, category, licence, source, modified, name=None):
    """The manifest entry of the family in `folder`, as its font files tell it."""
    faces, scripts = [], set(SCRIPTS)
    for file in sorted(folder.glob("*.ttf")):
        font = TTFont(file, lazy=True)
        says = font["name"].getDebugName(16) or font["name"].getDebugName(1)
        name = name or says
        os2, cmap = font["OS/2"], font.getBestCmap().keys()
        if says != name:
            print(f"note: {file.name} calls its family {says!r}, the manifest says {name!r}")
        if os2.fsType != 0:
            print(f"note: {file.name} has fsType {os2.fsType}, not 0 (installable)")
        scripts &= {s for s, need in SCRIPTS.items() if need <= cmap} | SCRIPTS_SYMBOLS_ONLY.get(name, set())
        data = file.read_bytes()
        faces.append({"file": file.name, "weight": os2.usWeightClass, "italic": bool(os2.fsSelection & 1),
                      "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)})
    if not faces:
        sys.exit(f"no .ttf in {folder}")
    licence_file = next((n for n in ("OFL.txt", "LICENSE.txt") if (folder / n).exists()), None)
    if licence_file is None:
        sys.exit(f"{folder} needs its licence: OFL.txt or LICENSE.txt")
    return {"family": name, "folder": folder.name, "category": category, "scripts": sorted(scripts),
            "license": licence, "license_file": licence_file, "source": source, "modified": modified,
            "faces": sorted(faces, key=lambda f: (f["weight"], f["italic"]))}


def read_manifest():
    file = HERE / "manifest.json"
    return json.loads(file.read_text("utf-8"))["families"] if file.exists() else []


def write_manifest(families):
    families.sort(key=lambda f: f["family"])
    text = json.dumps({"format": 1, "families": families, "fallback": FALLBACK}, ensure_ascii=False, indent=1)
    (HERE / "manifest.json").write_text(text + "\n", "utf-8")

    styles = {name: style for name, _, style, *_ in FAMILIES}
    rows, notices = [], []
    for f in families:
        weights = ", ".join(f"{x['weight']}{' italic' if x['italic'] else ''}" for x in f["faces"])
        size = sum(x["bytes"] for x in f["faces"])
        rows.append(f"| {f['family']} | {styles.get(f['family'], f['category'])} | {weights} "
                    f"| {' '.join(f['scripts'])} | {f['license']} | {size / 1024:.0f} KiB | {f['modified'] or 'no'} |")
        if f["license"] == APACHE:
            names = TTFont(HERE / f["folder"] / f["faces"][0]["file"], lazy=True)["name"]
            notices.append(f"- {f['family']}: {' '.join(names.getDebugName(0).split())}")
    total = sum(x["bytes"] for f in families for x in f["faces"])
    table = "\n".join(["| family | style | weights | scripts | licence | size | modified? |",
                       "|---|---|---|---|---|---|---|", *rows, "",
                       f"{len(families)} families, {sum(len(f['faces']) for f in families)} faces, "
                       f"{total / 1e6:.1f} MB.", "",
                       "Copyright lines of the Apache families (their licence text has none):", "", *notices])
    readme = HERE / "README.md"
    text = re.sub(r"(?s)(<!-- table -->\n).*(<!-- /table -->)", lambda m: m[1] + table + "\n" + m[2],
                  readme.read_text("utf-8"))
    readme.write_text(text, "utf-8")


def build():
    kept = [f for f in read_manifest() if not f["source"].startswith("npm ")]
    old = [f["folder"] for f in read_manifest() if f["source"].startswith("npm ")]
    with tempfile.TemporaryDirectory() as scratch:
        scratch, families = Path(scratch), []
        (scratch / "fonts").mkdir()
        for name, category, _, package, faces, licence in FAMILIES:
            package = package if package.startswith("@") else EXPO + package
            folder = scratch / "fonts" / name.lower().replace(" ", "-")
            modified = make_family(name, package, faces, scratch, folder)
            source = "npm " + package
            if name in LICENCE_FROM:
                source += f" (licence text: {LICENCE_FROM[name]})"
            families.append(describe(folder, category, licence, source, modified, name))
            print(name, *families[-1]["scripts"])
        for folder in old:
            shutil.rmtree(HERE / folder, ignore_errors=True)
        for family in families:
            shutil.rmtree(HERE / family["folder"], ignore_errors=True)
            shutil.move(scratch / "fonts" / family["folder"], HERE / family["folder"])
    write_manifest(families + kept)


def add(folder, category, licence):
    entry = describe(HERE / Path(folder).name, category, licence, BY_HAND, "")
    write_manifest([f for f in read_manifest() if f["folder"] != entry["folder"]] + [entry])
    print("added", entry["family"], *entry["scripts"])


def check():
    """Everything in the manifest is here and nothing else is."""
    problems, expected, total = [], {"manifest.json", "README.md", "build.py"}, 0
    families = read_manifest()
    for f in families:
        expected.add(f"{f['folder']}/{f['license_file']}")
        for face in f["faces"]:
            path = f"{f['folder']}/{face['file']}"
            expected.add(path)
            data = (HERE / path).read_bytes() if (HERE / path).exists() else b""
            total += len(data)
            if (len(data), hashlib.sha256(data).hexdigest()) != (face["bytes"], face["sha256"]):
                problems.append(f"{path}: missing or changed")
            elif f["family"] == "Noto Color Emoji":
                font = TTFont(HERE / path, lazy=True)
                if font["COLR"].version != 1 or "SVG " in font or "CBDT" in font:
                    problems.append(f"{path}: should be COLRv1 alone")
    found = {p.relative_to(HERE).as_posix() for p in HERE.rglob("*") if p.is_file()}
    problems += [f"{p}: missing" for p in sorted(expected - found)]
    problems += [f"{p}: not in the manifest" for p in sorted(found - expected)]
    names = {f["family"] for f in families}
    problems += [f"fallback {s}: no family {n}" for s, list_ in FALLBACK.items() for n in list_ if n not in names]
    print(*problems, f"{len(families)} families, {total} bytes, {len(problems)} problems", sep="\n")
    return bool(problems)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    parser = argparse.ArgumentParser(description="Builds, checks or extends the fonts folder.")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--add", metavar="FOLDER")
    parser.add_argument("--category", default="display")
    parser.add_argument("--license", default=OFL)
    options = parser.parse_args()
    if options.check:
        sys.exit(check())
    if options.add:
        add(options.add, options.category, options.license)
    else:
        build()
        sys.exit(check())
