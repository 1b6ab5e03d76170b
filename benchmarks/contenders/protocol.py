"""A peer's end of the conversation with the driver, one JSON object per line: see lib/serve.mjs."""

import json
import sys
import time
from itertools import product
from pathlib import Path

try:
    import numpy as np
except ImportError as error:
    print(json.dumps({"skip": str(error)}))
    sys.exit()


class Skip(Exception):
    """Raised by a peer that cannot run here, when it is opened or in its first step; the driver reports why."""


class Task:
    """What a peer has to train: task.json and the arrays next to it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        description = json.loads((self.folder / "task.json").read_text())
        self.batches = description["batches"]
        self.rate = description["rate"]
        self.momentum = description["momentum"]
        self.threads = description["threads"]
        self.layers = description["layers"]
        self.trainable = description["trainable"]
        self.buffers = description["buffers"]
        self.arrays = description["arrays"]

    def has(self, *kinds):
        return any(layer["kind"] in kinds for layer in self.layers)

    def check(self, kinds):
        """Raises Skip if there is a layer of another kind."""
        for layer in self.layers:
            if layer["kind"] not in kinds:
                raise Skip(f"has no {layer['kind'].replace('-', ' ')} here yet")

    def array(self, name):
        """Writable array."""
        about = self.arrays[name]
        return np.fromfile(self.folder / f"{name}.bin", about["dtype"]).reshape(about["shape"])

    def first_weights(self):
        return {name: self.array(name) for name in self.trainable}

    def first_buffers(self):
        """Arrays that a step updates without a gradient."""
        return {name: self.array(name) for name in self.buffers}

    def fixed(self):
        """Arrays that never change."""
        others = (*self.trainable, *self.buffers, "inputs", "labels")
        return {name: self.array(name) for name in self.arrays if name not in others}

    def inputs(self):
        """Batches one after the other, multiplied by the first layer's atoms if they are prepared."""
        shape, [first, *_] = self.arrays["inputs"]["shape"][1:], self.layers
        atoms = self.array(f"{first['name']}.atoms") if first["prepared"] else None
        with (self.folder / "inputs.bin").open() as file:
            for _ in range(self.batches):
                batch = np.fromfile(file, "float32", int(np.prod(shape))).reshape(shape)
                yield batch if atoms is None else batch @ atoms


def arrays_of(layer):
    """Names of a layer's arrays, in the order of the functions' arguments."""
    return [*layer["fixed"], *layer["weights"], *layer["buffers"]]


def forward(x, layers, arrays, kinds, activations):
    """Output of the last layer for x. arrays: by name; kinds: functions, by kind, of what the layer reads, the layer, and its
    arrays."""
    outputs = {"input": x}
    # Outputs are dropped after their last reader, so that those that no gradient needs do not stay in memory.
    last = {name: layer["name"] for layer in layers for name in layer["reads"]}
    for layer in layers:
        read = [outputs[name] for name in layer["reads"]]
        outputs = {name: output for name, output in outputs.items() if last[name] != layer["name"]}
        given = [arrays[f"{layer['name']}.{array}"] for array in arrays_of(layer)]
        x = activations[layer["activation"]](kinds[layer["kind"]](*read, layer, *given))
        outputs[layer["name"]] = x
    return x


def ways_of(choices):
    """All combinations of choices, which are values by name for each key: maps joined names to a value for each key."""
    combined = (dict(zip(choices, items, strict=True)) for items in product(*(c.items() for c in choices.values())))
    return {
        ", ".join(name for name, _ in items.values()): {key: value for key, (_, value) in items.items()}
        for items in combined
    }


def serve(open_peer):
    """Serves a peer until the input ends.

    open_peer(task, option): returns an object with
      about     its description
      ways      names of its formulations of the computation; it starts with the first, or with that of --way=NAME
      start(w)  goes back to the initial weights, in the way w
      step(i)   trains on batch i and returns the loss, of any type
      value(l)  waits until all steps are done and returns the loss as a float
    """
    out, sys.stdout = sys.stdout, sys.stderr  # standard output is reserved for the conversation

    def say(thing):
        print(json.dumps(thing), file=out, flush=True)

    _, folder, *rest = sys.argv
    wanted = [option.removeprefix("--way=") for option in rest if option.startswith("--way=")]
    task = Task(folder)
    try:
        peer = open_peer(task, *(option for option in rest if not option.startswith("--way=")))
    except ImportError as error:
        say({"skip": str(error)})
        return
    except Skip as error:
        say({"skip": str(error), "final": True})
        return
    way, done = [*wanted, *peer.ways][0], 0
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
        return {"choice": fastest(peer, run) if len(peer.ways) > 1 else None}

    def reset():
        nonlocal done
        done = 0
        peer.start(way)
        return {}

    commands = {"run": run, "tune": tune, "reset": reset}
    say({"ready": peer.about})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            say(commands[request.pop("cmd")](**request))
        except Skip as error:
            say({"skip": str(error)})


def fastest(peer, run, rounds=4, patience=20):
    """Way with the shortest time in its best round. The ways take turns of about a second each.

    A first turn of one step that does not count and two that do drops the ways that take more than three times as long as
    the fastest. After `patience` seconds, no round except the first begins.
    """
    once = {}
    for way in peer.ways:
        peer.start(way)
        run(1)
        once[way] = min(run(1)["seconds"] for _ in range(2))
    least = min(once.values())
    steps = min(15, max(1, round(1 / least)))
    times = {way: [] for way in peer.ways if once[way] <= 3 * least}
    start = time.perf_counter()
    for number in range(rounds):
        if number > 0 and time.perf_counter() - start > patience:
            break
        for way, own in times.items():
            peer.start(way)
            run(max(1, steps // 3))
            own.append(run(steps)["seconds"])
    return min(times, key=lambda way: min(times[way]))
