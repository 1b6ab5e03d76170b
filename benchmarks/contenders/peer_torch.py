"""The step in PyTorch. usage: peer_torch.py FOLDER eager|compile"""

from itertools import product

from protocol import Skip, serve


def open_peer(task, mode):
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(task.threads)
    activations = {"sigmoid": torch.sigmoid, "relu": torch.relu, "tanh": torch.tanh, "linear": lambda x: x}
    fixed = {name: torch.from_numpy(array) for name, array in task.fixed().items()}
    inputs = list(torch.from_numpy(task.inputs()))
    labels = list(torch.from_numpy(task.array("labels")).long())

    def columns_of(x, layer):
        """x U, [columns, batch, rank]: the columns' parts, not copied."""
        xu = x if layer["prepared"] else x @ fixed[f"{layer['name']}.atoms"]
        return xu.view(x.shape[0], layer["columns"], layer["rank"]).transpose(0, 1)

    def bmm(x, layer, v, b):
        return torch.bmm(columns_of(x, layer), v).transpose(0, 1).reshape(x.shape[0], -1) + b

    def baddbmm(x, layer, v, b):
        y = torch.baddbmm(b.view(layer["columns"], 1, -1), columns_of(x, layer), v)
        return y.transpose(0, 1).reshape(x.shape[0], -1)

    def einsum(x, layer, v, b):
        return torch.einsum("jbr,jrw->bjw", columns_of(x, layer), v).reshape(x.shape[0], -1) + b

    formulations = {"bmm": bmm, "baddbmm": baddbmm, "einsum": einsum}
    updates = {"fused": {"fused": True}, "foreach": {"foreach": True}, "for-loop": {"foreach": False}}

    def forward(weights, x, factorized):
        for layer in task.layers:
            arguments = [weights[f"{layer['name']}.{weight}"] for weight in layer["weights"]]
            if layer["kind"] == "dense":
                kernel, bias = arguments
                x = torch.addmm(bias, x, kernel)
            else:
                x = factorized(x, layer, *arguments)
            x = activations[layer["activation"]](x)
        return x

    weights = {name: torch.from_numpy(array).requires_grad_() for name, array in task.first_weights().items()}
    compiled = torch.compile if mode == "compile" else lambda function: function

    def loss_by(factorized):
        return compiled(lambda x, y: F.cross_entropy(forward(weights, x, factorized), y))

    losses = {name: loss_by(factorized) for name, factorized in formulations.items()}

    class Peer:
        about = {"version": f"torch {torch.__version__}"}
        has_columns = any(layer["kind"] == "factorized" for layer in task.layers)
        ways = [", ".join(way) for way in product(formulations if has_columns else ["addmm"], updates)]

        def start(self, way):
            formulation, update = way.split(", ")
            with torch.no_grad():
                for name, array in task.first_weights().items():
                    weights[name].copy_(torch.from_numpy(array))
            self.optimizer = torch.optim.SGD(
                weights.values(), lr=task.rate, momentum=task.momentum, **updates[update]
            )
            self.loss_of = losses.get(formulation, losses["bmm"])

        def step(self, i):
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.loss_of(inputs[i], labels[i])
            loss.backward()
            self.optimizer.step()
            return loss

        value = staticmethod(lambda loss: loss.item())

    peer = Peer()
    if mode == "compile":
        # The update is not what is compiled: the eager peer finds the fastest.
        peer.ways = [way for way in peer.ways if way.endswith("fused") and not way.startswith("baddbmm")]
        peer.start(peer.ways[0])
        try:
            peer.step(0)
        except Exception as error:  # a compiler that is missing shows in many ways
            raise Skip(f"torch.compile fails: {str(error).splitlines()[0]}") from error
    return peer


serve(open_peer)
