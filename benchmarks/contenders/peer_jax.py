"""The step in JAX: jit, the state's buffers donated. usage: peer_jax.py FOLDER [--way=NAME]"""

from functools import cache

from protocol import forward, serve, ways_of


def open_peer(task):
    import jax
    import jax.numpy as jnp
    from jax_layers import activations, convolution, convolutions, plain, pools, products, recurrences

    fixed = {name: jnp.asarray(array) for name, array in task.fixed().items()}
    inputs = [jnp.asarray(batch) for batch in task.inputs()]
    labels = [jnp.asarray(batch) for batch in task.array("labels")]
    choices = {"factorized": products, "factorized-convolution": convolutions, "max-pool": pools, "lstm": recurrences}
    task.check([*plain, "convolution", *choices])
    choices = {kind: functions for kind, functions in choices.items() if task.has(kind)}
    formulations = ways_of(choices)

    @cache
    def compiled(way):
        kinds = {**plain, "convolution": convolution, **formulations[way]}

        def loss_of(weights, fixed, x, y):
            logits = forward(x, task.layers, {**fixed, **weights}, kinds, activations)
            return -jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], axis=1).mean()

        def step(state, fixed, x, y):
            weights, velocities = state
            loss, gradients = jax.value_and_grad(loss_of)(weights, fixed, x, y)
            velocities = jax.tree.map(lambda v, g: task.momentum * v + g, velocities, gradients)
            weights = jax.tree.map(lambda w, v: w - task.rate * v, weights, velocities)
            return (weights, velocities), loss

        return jax.jit(step, donate_argnums=0)

    class Peer:
        about = {"version": f"jax {jax.__version__}"}
        ways = list(formulations)

        def start(self, way):
            # Copies: an array that JAX only borrowed could not be donated.
            weights = {name: jnp.array(array, copy=True) for name, array in task.first_weights().items()}
            self.state = weights, jax.tree.map(jnp.zeros_like, weights)
            self.compiled = compiled(way)

        def step(self, i):
            self.state, loss = self.compiled(self.state, fixed, inputs[i], labels[i])
            return loss

        def value(self, loss):
            jax.block_until_ready(self.state)
            return float(loss)

    return Peer()


serve(open_peer)
