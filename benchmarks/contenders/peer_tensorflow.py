"""The step in TensorFlow: tf.function, with and without XLA. usage: peer_tensorflow.py FOLDER [--way=NAME]"""

from functools import cache

from protocol import forward, serve, ways_of


def open_peer(task):
    import tensorflow as tf
    from tensorflow_layers import activations, block, convolution, convolutions, plain, products, recurrences

    tf.config.threading.set_intra_op_parallelism_threads(task.threads)
    fixed = {name: tf.constant(array) for name, array in task.fixed().items()}
    inputs = [tf.constant(batch) for batch in task.inputs()]
    labels = [tf.constant(batch) for batch in task.array("labels")]
    weights = {name: tf.Variable(array) for name, array in task.first_weights().items()}
    velocities = {name: tf.Variable(tf.zeros_like(weight)) for name, weight in weights.items()}
    choices = {"factorized": products, "factorized-convolution": convolutions, "lstm": recurrences}
    task.check([*plain, "convolution", *choices])
    choices = {kind: functions for kind, functions in choices.items() if task.has(kind)}
    formulations = {
        way: chosen
        for way, chosen in ways_of({**choices, "compiler": {"graph": False, "XLA": True}}).items()
        if not (chosen["compiler"] and chosen.get("lstm") is block)
    }

    @cache
    def compiled(way):
        chosen = formulations[way]
        kinds = {**plain, "convolution": convolution, **chosen}

        @tf.function(jit_compile=chosen["compiler"])
        def step(x, y):
            with tf.GradientTape() as tape:
                logits = forward(x, task.layers, {**fixed, **weights}, kinds, activations)
                losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
                loss = tf.reduce_mean(losses)
            gradients = tape.gradient(loss, weights)
            for name, gradient in gradients.items():
                tf.raw_ops.ResourceApplyMomentum(
                    var=weights[name].handle,
                    accum=velocities[name].handle,
                    lr=task.rate,
                    grad=gradient,
                    momentum=task.momentum,
                )
            return loss

        return step

    class Peer:
        about = {"version": f"tensorflow {tf.__version__}"}
        ways = list(formulations)

        def start(self, way):
            for name, array in task.first_weights().items():
                weights[name].assign(array)
                velocities[name].assign(tf.zeros_like(array))
            self.run = compiled(way)

        def step(self, i):
            return self.run(inputs[i], labels[i])

        value = staticmethod(lambda loss: float(loss))

    return Peer()


serve(open_peer)
