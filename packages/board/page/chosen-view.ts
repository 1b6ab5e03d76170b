import type { Curves, Details, LiveRun } from "../src/protocol";
import { drawChart } from "./chart";
import { colorKeeper } from "./colors";
import { byId, element, perFrame, setText } from "./dom";
import { errorTick, short } from "./format";

/** Curves, filters and settings of the runs that are compared. */
export function chosenView() {
  const [error, loss] = [byId<HTMLCanvasElement>("error"), byId<HTMLCanvasElement>("loss")];
  const colors = colorKeeper();
  const pictures = new Map<
    string,
    { readonly figure: HTMLElement; readonly image: HTMLImageElement; version: number }
  >();
  let ids: readonly string[] = [];
  let curves = new Map<string, Curves>();
  let details: Details | undefined;
  let asked = 0;

  const nameOf = (id: string): string => details?.names[id]?.label ?? id;
  const draw = perFrame(() => {
    const linesOf = (which: keyof Curves) =>
      ids.flatMap((id) => {
        const points = curves.get(id)?.[which];
        return points ? [{ name: nameOf(id), color: colors.of(id), points }] : [];
      });
    const names = new Set(ids.flatMap((id) => details?.names[id]?.errorName ?? []));
    const errorName = names.size === 1 ? [...names][0]! : "error";
    const heading = `${errorName[0]!.toUpperCase()}${errorName.slice(1)} by epoch`;
    setText(byId("error-name"), heading);
    drawChart(error, linesOf("error"), { name: heading, tick: errorTick(details?.isShare ?? true) });
    drawChart(loss, linesOf("loss"), { name: "Training loss by epoch", tick: short });
  });
  const showLegend = () => {
    byId("legend").replaceChildren(
      ...ids.map((id) => {
        const dot = element("i");
        dot.style.background = `var(${colors.of(id)})`;
        return element("li", {}, [
          dot,
          `${nameOf(id)} `,
          element("b", { textContent: details?.names[id]?.error ?? "" }),
        ]);
      }),
    );
  };
  const showDifferences = () => {
    const { differences = [], names = {} } = details ?? {};
    byId("differences-section").hidden = differences.length === 0;
    const head = ["", ...Object.values(names).map(({ label }) => label)];
    byId("differences").replaceChildren(
      element("thead", {}, [
        element(
          "tr",
          {},
          head.map((textContent) => element(textContent === "" ? "td" : "th", { textContent })),
        ),
      ]),
      element(
        "tbody",
        {},
        differences.map(({ field, values }) =>
          element("tr", {}, [
            element("th", { scope: "row", textContent: field }),
            ...values.map((value) => element("td", { textContent: value ?? "–" })),
          ]),
        ),
      ),
    );
  };
  const showPicture = (id: string, version: number) => {
    let picture = pictures.get(id);
    if (picture?.version === version) return;
    if (!picture) {
      const image = element("img", { alt: `First-layer filters of ${nameOf(id)}` });
      const figure = element("figure", {}, [image, element("figcaption", { textContent: nameOf(id) })]);
      picture = { figure, image, version };
      pictures.set(id, picture);
      byId("filters").append(figure);
    }
    picture.version = version;
    picture.image.src = `filters/${id}.png?v=${version}`;
    byId("filters-section").hidden = false;
  };
  const dropPictures = () => {
    for (const [id, { figure }] of pictures)
      if (!ids.includes(id)) {
        figure.remove();
        pictures.delete(id);
      }
    byId("filters-section").hidden = pictures.size === 0;
  };
  const load = async () => {
    const mine = ++asked;
    const answer = await fetch(`details?ids=${ids.join(",")}`).catch(() => undefined);
    if (!answer?.ok || mine !== asked) return;
    const found: Details = await answer.json();
    details = found;
    curves = new Map(Object.entries(found.curves));
    for (const [id, version] of Object.entries(found.pictures)) showPicture(id, version);
    showLegend();
    showDifferences();
    draw();
  };
  new ResizeObserver(draw).observe(error);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  return {
    /** Compares other runs. */
    compare(others: readonly string[]): void {
      if (others.join() === ids.join()) return;
      ids = others;
      colors.keep(ids);
      byId("chosen-section").hidden = ids.length === 0;
      dropPictures();
      if (ids.length > 0) void load();
    },
    /** Takes new points. */
    add(points: Readonly<Record<string, Curves>>): void {
      for (const id of ids) {
        const [old, more] = [curves.get(id), points[id]];
        if (!old || !more) continue;
        // The details may have had some of them.
        const after = (which: keyof Curves) => {
          const last = old[which].at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
          return [...old[which], ...more[which].filter(([epoch]) => epoch > last)];
        };
        curves.set(id, { loss: after("loss"), error: after("error") });
        draw();
      }
    },
    /** Takes new states of live runs: errors and pictures. */
    update(runs: readonly LiveRun[]): void {
      let isNew = false;
      for (const { id, label, error: text, errorName, picture } of runs) {
        const known = details?.names[id];
        if (!ids.includes(id) || !details || !known) continue;
        if (picture !== undefined) showPicture(id, picture);
        // Its files say its name, and what its error is, some time after they are there.
        if (label !== known.label || (errorName ?? known.errorName) !== known.errorName) void load();
        if (text === undefined || text === known.error) continue;
        details = { ...details, names: { ...details.names, [id]: { ...known, error: text } } };
        isNew = true;
      }
      if (isNew) showLegend();
    },
    /** Asks for everything again, as when a run ended or went on from a checkpoint. */
    reload(changed: readonly string[]): void {
      if (changed.some((id) => ids.includes(id))) void load();
    },
  };
}
