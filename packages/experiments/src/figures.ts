import type { Figure } from "./figure";
import { choicesFigure } from "./figures/choices";
import { deepCompressionFigure } from "./figures/deep-compression";
import { depthFigure } from "./figures/depth";
import { fig1Figure } from "./figures/fig1";
import { fig4Figure } from "./figures/fig4";
import { fig5Figure } from "./figures/fig5";
import { fig6Figure } from "./figures/fig6";
import { largeKernelsFigure } from "./figures/large-kernels";
import { pretrainingFigure } from "./figures/pretraining";
import { secondLayerFigure } from "./figures/second-layer";
import { speechFigure } from "./figures/speech";
import { tableFigure } from "./figures/table";

/** All figures, in the order of the help. A new one is a folder, and a line here. */
export const figures: readonly Figure[] = [
  fig4Figure,
  fig1Figure,
  fig5Figure,
  fig6Figure,
  depthFigure,
  largeKernelsFigure,
  choicesFigure,
  pretrainingFigure,
  secondLayerFigure,
  deepCompressionFigure,
  tableFigure,
  speechFigure,
];
