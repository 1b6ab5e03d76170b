import { catalog } from "@weightcast/datasets/catalog";
import { bytes, count } from "../../terminal/format";
import { table } from "../../terminal/table";
import { plainWidth, wrap } from "../../terminal/wrap";
import type { World } from "../../world";

const folders =
  "Instead of a name you can give a folder: IDX files (Fashion-MNIST, KMNIST), CIFAR or STL-10 binaries, or images.";

/** `weightcast data list`: a table of the published data sets. */
export function listData({ json }: { readonly json?: true }, { stdout }: World): void {
  const rows = catalog.map(({ name, shape, classes, train, test, licence, source, download }) => ({
    ...{ name, shape, classes, train, test },
    from: download ? `download, ${bytes(download.bytes)}` : "embedded",
    licence,
    source,
  }));
  stdout.write(
    json
      ? `${JSON.stringify(rows, null, 2)}\n`
      : `${table(
          [
            { heading: "name", align: "left", of: ({ name }) => name },
            { heading: "shape", of: ({ shape }) => shape.join(" × ") },
            { heading: "classes", of: ({ classes }) => count(classes) },
            { heading: "train", of: ({ train }) => count(train) },
            { heading: "test", of: ({ test }) => count(test) },
            { heading: "from", align: "left", of: ({ from }) => from },
          ],
          rows,
          stdout.columns,
        )}
${wrap(folders, stdout.columns ?? plainWidth)}
`,
  );
}
