#!/usr/bin/env python3
"""Events under load: taken in over HTTP by several clients, read again at a start, and suggestions asked for meanwhile.

usage: events.py [PROGRAM] [EVENTS] [CLIENTS] [ROUNDS]

Default: target/release/platen, a million events of made-up customers, three clients, three rounds. Needs a quiet machine.
"""

import http.client
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target/release/platen")
EVENTS, CLIENTS, ROUNDS = (int(sys.argv[n]) if len(sys.argv) > n else default for n, default in ((2, 1_000_000), (3, 3), (4, 3)))
BATCH = 20_000
ASKED = 2_000


def processor(process):
    """Seconds of the processor that the program has had."""
    times = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(times[11]) + int(times[12])) / 100


def start(data):
    """The service, its port, and what it says from now on."""
    command = [PROGRAM, "serve", "--listen", "127.0.0.1:0", "--assets", ROOT, "--data", data, "--points", "4000000000"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    port = next(int(found[1]) for line in process.stderr if (found := re.search(r"ready at http://[\d.]+:(\d+)", line)))
    lines = []
    threading.Thread(target=lambda: lines.extend(process.stderr), daemon=True).start()
    return process, port, lines


def stop(process):
    process.send_signal(signal.SIGTERM)
    process.wait()


def taken(bodies, port, key):
    """Sends all bodies by several clients; tells how many events were accepted."""
    todo, lock, counts = iter(bodies), threading.Lock(), []

    def client():
        connection = http.client.HTTPConnection("127.0.0.1", port)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        while True:
            with lock:
                body = next(todo, None)
            if body is None:
                return
            connection.request("POST", "/api/v1/events", body, headers)
            answer = json.loads(connection.getresponse().read())
            counts.append(answer["accepted"])

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    [client.start() for client in clients]
    [client.join() for client in clients]
    return sum(counts)


def asked(port):
    """Milliseconds of answers to one client who asks for looks, sorted."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    colors = ["navy", "white", "black", "red", "royal", "forest"]
    times = []
    for number in range(ASKED):
        wish = {"mode": "complete", "partial": {"garment": "tee", "garment_color": colors[number % len(colors)]}, "seed": number}
        before = time.perf_counter()
        connection.request("POST", "/api/v1/suggestions", json.dumps(wish), {"Content-Type": "application/json"})
        response = connection.getresponse()
        body = response.read()
        times.append((time.perf_counter() - before) * 1000)
        assert response.status == 200, body
    return sorted(times)


def main():
    told = subprocess.run([PROGRAM, "suggest", "simulate", "--assets", ROOT, "--events", str(EVENTS)], capture_output=True, text=True)
    lines = told.stdout.splitlines()
    bodies = [f'{{"events":[{",".join(lines[n:n + BATCH])}]}}'.encode() for n in range(0, len(lines), BATCH)]
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as data:
            command = [PROGRAM, "keys", "create", "--name", "bench", "--scope", "events", "--assets", ROOT, "--data", data]
            key = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
            process, port, _ = start(data)
            time.sleep(2)
            busy, before = processor(process), time.perf_counter()
            count = taken(bodies, port, key)
            wall, busy = time.perf_counter() - before, processor(process) - busy
            print(f"{count} events of {CLIENTS} clients: {count / wall:.0f} a second, {busy:.1f} s of the processor", flush=True)
            stop(process)
            before = time.perf_counter()
            process, port, lines = start(data)
            while not any("the log of events was read" in line for line in lines):
                time.sleep(0.02)
            print(f"read again after {time.perf_counter() - before:.2f} s, {processor(process):.1f} s of the processor", flush=True)
            time.sleep(3)
            busy = processor(process)
            times = asked(port)
            busy = (processor(process) - busy) / ASKED * 1000
            middle, late = times[len(times) // 2], times[len(times) * 99 // 100]
            print(f"suggestions: {middle:.2f} ms (median), {late:.2f} ms (p99), {busy:.2f} ms of the processor each", flush=True)
            stop(process)


if __name__ == "__main__":
    main()
