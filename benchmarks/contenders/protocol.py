"""A peer's end of the conversation with the driver, one JSON object a line: see lib/serve.mjs."""

import json
import sys
import time
from pathlib import Path

try:
    import numpy as np
except ImportError as error:
    print(json.dumps({"skip": str(error)}))
    sys.exit()


class Skip(Exception):
    """Ends a peer that cannot run here; the driver says why."""


class Task:
    """What is to be trained: task.json and the arrays beside it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        description = json.loads((self.folder / "task.json").read_text())
        self.batches = description["batches"]
        self.rate = description["rate"]
        self.momentum = description["momentum"]
        self.threads = description["threads"]
        self.layers = description["layers"]
        self.trainable = description["trainable"]
        self.arrays = description["arrays"]

    def array(self, name):
        """An array, writable."""
        about = self.arrays[name]
        return np.fromfile(self.folder / f"{name}.bin", about["dtype"]).reshape(about["shape"])

    def first_weights(self):
        return {name: self.array(name) for name in self.trainable}

    def fixed(self):
        """Arrays that are not trained."""
        return {
            name: self.array(name) for name in self.arrays if name not in (*self.trainable, "inputs", "labels")
        }

    def inputs(self):
        """[batches, batch, ...]: as they are, or times the first layer's atoms where that is done beforehand."""
        inputs, [first, *_] = self.array("inputs"), self.layers
        return inputs @ self.array(f"{first['name']}.atoms") if first["prepared"] else inputs


def serve(open_peer):
    """Serves a peer until the input ends.

    open_peer(task, option): an object with
      about     what is told of it
      ways      names of ways to say the same computation; a run begins with the first
      start(w)  back to the first weights, in the way w
      step(i)   trains on batch i; the loss, of whatever type
      value(l)  waits until all steps are done; the loss as a float
    """
    out, sys.stdout = sys.stdout, sys.stderr  # the conversation has standard output for itself

    def say(thing):
        print(json.dumps(thing), file=out, flush=True)

    task = Task(sys.argv[1])
    try:
        peer = open_peer(task, *sys.argv[2:])
    except (ImportError, Skip) as error:
        say({"skip": str(error)})
        return
    way, done = peer.ways[0], 0
    peer.start(way)

    def run(steps):
        nonlocal done
        start = time.perf_counter()
        for _ in range(steps):
            loss = peer.step(done % task.batches)
            done += 1
        value = peer.value(loss)
        return {"seconds": time.perf_counter() - start, "loss": value}

    def tune():
        nonlocal way
        if len(peer.ways) > 1:
            way = fastest(peer, run)
        return {"choice": way}

    def reset():
        nonlocal done
        done = 0
        peer.start(way)
        return {}

    commands = {"run": run, "tune": tune, "reset": reset}
    say({"ready": peer.about})
    for line in sys.stdin:
        request = json.loads(line)
        say(commands[request.pop("cmd")](**request))


def fastest(peer, run, steps=15, rounds=4, patience=20):
    """The way with the least time in its best round; the ways take turns, the first round warms them up.

    After so many seconds of patience no round begins but the first two.
    """
    times = {way: [] for way in peer.ways}
    start = time.perf_counter()
    for number in range(1 + rounds):
        if number > 1 and time.perf_counter() - start > patience:
            break
        for way in peer.ways:
            peer.start(way)
            run(5)
            times[way].append(run(steps)["seconds"])
    return min(peer.ways, key=lambda way: min(times[way][1:]))
