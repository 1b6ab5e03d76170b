/** Demos by name, each loaded when it is opened. */
export const demos = {
  train: () => import("./train/TrainDemo.vue"),
  predict: () => import("./predict/PredictDemo.vue"),
  file: () => import("./file/FileDemo.vue"),
  dictionaries: () => import("./dictionaries/DictionariesDemo.vue"),
};
