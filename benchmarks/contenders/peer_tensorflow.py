"""The step in TensorFlow: tf.function, with XLA and without. usage: peer_tensorflow.py FOLDER"""

from itertools import product

from protocol import serve


def open_peer(task):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(task.threads)
    activations = {"sigmoid": tf.sigmoid, "relu": tf.nn.relu, "tanh": tf.tanh, "linear": tf.identity}
    fixed = {name: tf.constant(array) for name, array in task.fixed().items()}
    inputs = [tf.constant(batch) for batch in task.inputs()]
    labels = [tf.constant(batch) for batch in task.array("labels")]

    def columns_of(x, layer):
        """x U, [batch, columns, rank]"""
        xu = x if layer["prepared"] else x @ fixed[f"{layer['name']}.atoms"]
        return tf.reshape(xu, [x.shape[0], layer["columns"], layer["rank"]])

    def matmul(x, layer, v, b):
        y = tf.matmul(tf.transpose(columns_of(x, layer), [1, 0, 2]), v)
        return tf.reshape(tf.transpose(y, [1, 0, 2]), [x.shape[0], -1]) + b

    def einsum(x, layer, v, b):
        return tf.reshape(tf.einsum("bjr,jrw->bjw", columns_of(x, layer), v), [x.shape[0], -1]) + b

    formulations = {"matmul": matmul, "einsum": einsum}

    def logits_of(weights, x, factorized):
        for layer in task.layers:
            arguments = [weights[f"{layer['name']}.{weight}"] for weight in layer["weights"]]
            if layer["kind"] == "dense":
                kernel, bias = arguments
                x = tf.matmul(x, kernel) + bias
            else:
                x = factorized(x, layer, *arguments)
            x = activations[layer["activation"]](x)
        return x

    class Peer:
        about = {"version": f"tensorflow {tf.__version__}"}
        has_columns = any(layer["kind"] == "factorized" for layer in task.layers)
        ways = [", ".join(way) for way in product(formulations if has_columns else ["matmul"], ["graph", "XLA"])]

        def __init__(self):
            self.weights = {name: tf.Variable(array) for name, array in task.first_weights().items()}
            self.velocities = {name: tf.Variable(tf.zeros_like(w)) for name, w in self.weights.items()}
            self.compiled = {way: self.compile(*way.split(", ")) for way in self.ways}

        def compile(self, formulation, compiler):
            @tf.function(jit_compile=compiler == "XLA")
            def step(x, y):
                with tf.GradientTape() as tape:
                    logits = logits_of(self.weights, x, formulations[formulation])
                    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
                    loss = tf.reduce_mean(losses)
                gradients = tape.gradient(loss, self.weights)
                for name, gradient in gradients.items():
                    tf.raw_ops.ResourceApplyMomentum(
                        var=self.weights[name].handle,
                        accum=self.velocities[name].handle,
                        lr=task.rate,
                        grad=gradient,
                        momentum=task.momentum,
                    )
                return loss

            return step

        def start(self, way):
            for name, array in task.first_weights().items():
                self.weights[name].assign(array)
                self.velocities[name].assign(tf.zeros_like(array))
            self.run = self.compiled[way]

        def step(self, i):
            return self.run(inputs[i], labels[i])

        value = staticmethod(lambda loss: float(loss))

    return Peer()


serve(open_peer)
