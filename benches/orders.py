#!/usr/bin/env python3
"""Writes made-up orders of ten of the examples as CSV: orders.py ROWS > orders.csv

Every row is an order of one to four garments of its own, with made-up names and numbers; one in twenty repeats what was
ordered before. The same number of rows gives the same file, and a longer file begins with the shorter one.
"""

import csv
import random
import sys

FIRST = """Ada Bea Cleo Dora Eve Fay Gus Hal Ida Jo Kai Lea Max Nia Ola Pia Quinn Ray Sam Tom Una Vic Wes Xenia Yara Zoe
Josephine Maximilian Theodora Bartholomew Oyelaran Björn Łukasz Zoë François""".split()
LAST = """Li Ng Okafor Martinez Vanderberg Smith O'Neill García Lindqvist Abernathy Papadopoulos Wu Nowak Silva Haddad Kim
Featherstonehaugh Müller Ito Nguyen""".split()
TOWNS = "Riverside Harmon Northfield Eastbrook Lakeview Hillcrest Oakdale Brookside".split()
SIZES = {"S": 2, "M": 4, "L": 4, "XL": 3, "2XL": 1}


def number(of, digits="0123456789"):
    return str(int("".join(of.choice(digits) for _ in range(of.randint(1, 2)))))


def fields(of, design):
    first, last, town, year = of.choice(FIRST), of.choice(LAST), of.choice(TOWNS), of.randint(2026, 2031)
    return {
        "basketball": lambda: {"name": last.upper()[:14], "number": number(of, "012345")},
        "birthday": lambda: {"age": str(of.randint(1, 99)), "year": str(of.randint(1930, 2025))},
        "bride": lambda: {"role": of.choice(["BRIDE", "MAID OF HONOR", "BRIDESMAID"]), "name": first[:14], "date": f"{of.randint(1, 28)} MAY {year}"},
        "charity": lambda: {"place": f"{town.upper()} PARK, {of.randint(1, 28)} OCTOBER {year}", "pet": first.upper()[:14]},
        "clan": lambda: {"tag": f"{first.upper()[:9]}_{of.randint(1, 99)}", "level": str(of.randint(1, 99))},
        "class": lambda: {"year": str(year), "school": f"{town.upper()} HIGH SCHOOL"},
        "company": lambda: {"phone": f"555 0{of.randint(100, 199)}"},
        "jersey": lambda: {"name": last.upper()[:14], "number": number(of)},
        "qr": lambda: {"guest": f"{of.choice('ABCDEFGHK')}{of.randint(1, 99)}-{of.randint(100, 999)}"},
        "reunion": lambda: {"family": f"{last}s"[:16], "place": f"Lake {town}, August {year}"},
    }[design]()


DESIGNS = "basketball birthday bride charity clan class company jersey qr reunion".split()
COLUMNS = "order_id line design size quantity name number age year role date place pet tag level school phone guest family".split()


def main(rows):
    of = random.Random(10)
    out = csv.DictWriter(sys.stdout, COLUMNS, restval="")
    out.writeheader()
    before = []
    for index in range(rows):
        if before and of.random() < 0.05:
            what = of.choice(before)
        else:
            design = of.choice(DESIGNS)
            size = of.choices(list(SIZES), SIZES.values())[0]
            what = {"design": f"{design}.json", "size": size, **fields(of, design)}
            before = before[-999:] + [what]
        out.writerow({"order_id": f"S-{index + 1:06}", "line": 1, "quantity": of.choice([1, 1, 1, 2, 4]), **what})


if __name__ == "__main__":
    main(int(sys.argv[1]))
