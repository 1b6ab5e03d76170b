"""The step in PyTorch. usage: peer_torch.py FOLDER eager|compile [--way=NAME]"""

from functools import cache
from itertools import product

from protocol import Skip, arrays_of, forward, serve


def open_peer(task, mode):
    import torch
    import torch.nn.functional as F
    from torch_layers import activations, formulations_of, layouts, plain, stored, windows

    torch.set_num_threads(task.threads)
    updates = {"fused": {"fused": True}, "foreach": {"foreach": True}, "for-loop": {"foreach": False}}
    images = task.has("convolution", "factorized-convolution")
    # torch.compile fails on oneDNN's LSTM; without oneDNN, it makes nn.LSTM into the loop.
    without = ["baddbmm", "nn.LSTM", "nn.LSTM by oneDNN"] if mode == "compile" else []
    formulations = formulations_of(task, without)
    # The update costs next to nothing compared with convolutions and LSTMs, and it is not compiled: the eager peer finds the
    # fastest.
    alike = images or task.has("lstm") or mode == "compile"
    compiled = torch.compile if mode == "compile" else lambda function: function
    labels = list(torch.from_numpy(task.array("labels")).long())
    layers = {f"{layer['name']}.{array}": layer for layer in task.layers for array in arrays_of(layer)}

    def arrays(numbers, layout):
        return {name: stored(layers[name], name, array, layout) for name, array in numbers.items()}

    @cache
    def inputs_in(layout):
        batches = map(torch.from_numpy, task.inputs())
        if layout == "steps first":
            return [batch.transpose(0, 1).contiguous() for batch in batches]
        if not images:
            return list(batches)
        # The task's images are [height, width, channels], which is channels_last.
        return [batch.permute(0, 3, 1, 2).contiguous(memory_format=layouts[layout]) for batch in batches]

    @cache
    def weights_in(layout):
        return {name: array.requires_grad_() for name, array in arrays(task.first_weights(), layout).items()}

    @cache
    def buffers_in(layout):
        return arrays(task.first_buffers(), layout)

    @cache
    def loss_by(formulation):
        """Function that computes the loss of a batch."""
        kinds = {**plain, **windows, **formulations[formulation]}
        layout = kinds.get("layout")
        known = {**arrays(task.fixed(), layout), **weights_in(layout), **buffers_in(layout)}
        return compiled(lambda x, y: F.cross_entropy(forward(x, task.layers, known, kinds, activations), y))

    class Peer:
        about = {"version": f"torch {torch.__version__}"}
        ways = [", ".join(way) for way in product(formulations, ["fused"] if alike else updates)]
        works = mode == "eager"

        def start(self, way):
            formulation, update = way.rsplit(", ", 1)
            layout = formulations[formulation].get("layout")
            weights = weights_in(layout)
            state = {**weights, **buffers_in(layout)}
            with torch.no_grad():
                for name, array in arrays({**task.first_weights(), **task.first_buffers()}, layout).items():
                    state[name].copy_(array)
            self.inputs = inputs_in(layout)
            self.loss_of = loss_by(formulation)
            self.optimizer = torch.optim.SGD(
                weights.values(), lr=task.rate, momentum=task.momentum, **updates[update]
            )

        def step(self, i):
            self.optimizer.zero_grad(set_to_none=True)
            try:
                loss = self.loss_of(self.inputs[i], labels[i])
            except Exception as error:  # a missing compiler causes many different errors
                if self.works:
                    raise
                raise Skip(f"torch.compile fails: {str(error).splitlines()[0]}") from error
            self.works = True
            loss.backward()
            self.optimizer.step()
            return loss

        value = staticmethod(lambda loss: loss.item())

    return Peer()


serve(open_peer)
