"""The step in JAX: jit, the state's buffers donated. usage: peer_jax.py FOLDER"""

from protocol import serve


def open_peer(task):
    import jax
    import jax.numpy as jnp

    activations = {"sigmoid": jax.nn.sigmoid, "relu": jax.nn.relu, "tanh": jnp.tanh, "linear": lambda x: x}
    fixed = {name: jnp.asarray(array) for name, array in task.fixed().items()}
    inputs = [jnp.asarray(batch) for batch in task.inputs()]
    labels = [jnp.asarray(batch) for batch in task.array("labels")]

    def columns_of(x, layer, fixed):
        """x U, [batch, columns, rank]"""
        xu = x if layer["prepared"] else x @ fixed[f"{layer['name']}.atoms"]
        return xu.reshape(x.shape[0], layer["columns"], layer["rank"])

    def matmul(x, layer, fixed, v, b):
        y = jnp.matmul(columns_of(x, layer, fixed).transpose(1, 0, 2), v)
        return y.transpose(1, 0, 2).reshape(x.shape[0], -1) + b

    def einsum(x, layer, fixed, v, b):
        return jnp.einsum("bjr,jrw->bjw", columns_of(x, layer, fixed), v).reshape(x.shape[0], -1) + b

    formulations = {"matmul": matmul, "einsum": einsum}

    def loss_of(weights, fixed, x, y, factorized):
        for layer in task.layers:
            arguments = [weights[f"{layer['name']}.{weight}"] for weight in layer["weights"]]
            if layer["kind"] == "dense":
                kernel, bias = arguments
                x = x @ kernel + bias
            else:
                x = factorized(x, layer, fixed, *arguments)
            x = activations[layer["activation"]](x)
        return -jnp.take_along_axis(jax.nn.log_softmax(x), y[:, None], axis=1).mean()

    def step_of(factorized):
        def step(state, fixed, x, y):
            weights, velocities = state
            loss, gradients = jax.value_and_grad(loss_of)(weights, fixed, x, y, factorized)
            velocities = jax.tree.map(lambda v, g: task.momentum * v + g, velocities, gradients)
            weights = jax.tree.map(lambda w, v: w - task.rate * v, weights, velocities)
            return (weights, velocities), loss

        return jax.jit(step, donate_argnums=0)

    steps = {name: step_of(factorized) for name, factorized in formulations.items()}

    class Peer:
        about = {"version": f"jax {jax.__version__}"}
        ways = list(formulations) if any(layer["kind"] == "factorized" for layer in task.layers) else ["matmul"]

        def start(self, way):
            # Copies: an array that JAX only borrowed could not be donated.
            weights = {name: jnp.array(array, copy=True) for name, array in task.first_weights().items()}
            self.state = weights, jax.tree.map(jnp.zeros_like, weights)
            self.compiled = steps[way]

        def step(self, i):
            self.state, loss = self.compiled(self.state, fixed, inputs[i], labels[i])
            return loss

        def value(self, loss):
            jax.block_until_ready(self.state)
            return float(loss)

    return Peer()


serve(open_peer)
