import type { DataFile, Dataset } from "../dataset";
import { type CifarFormat, cifarDataset, lastIsTest } from "../formats/cifar";
import { type PublishedSet, words } from "./published-set";

/** Names of CIFAR-100's fine classes, by label. */
export const CIFAR100_CLASSES = words(`
  apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle
  caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish
  forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle
  mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine
  possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar
  sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle wardrobe whale
  willow_tree wolf woman worm`);

/** Names of CIFAR-100's coarse classes, each of which comprises five fine ones, by label. */
export const CIFAR100_COARSE_CLASSES = words(`
  aquatic_mammals fish flowers food_containers fruit_and_vegetables household_electrical_devices household_furniture
  insects large_carnivores large_man-made_outdoor_things large_natural_outdoor_scenes large_omnivores_and_herbivores
  medium_mammals non-insect_invertebrates people reptiles small_mammals trees vehicles_1 vehicles_2`);

/** Records of 2 + 3072 bytes: the first label byte is the coarse class, the second the fine one. */
export const CIFAR100_FORMATS = {
  fine: { labelBytes: 2, labelAt: 1, classes: 100, classNames: CIFAR100_CLASSES },
  coarse: { labelBytes: 2, labelAt: 0, classes: 20, classNames: CIFAR100_COARSE_CLASSES },
} satisfies Record<string, CifarFormat>;

/** Reader of CIFAR-100's files, with its fine or its coarse labels. */
export const readCifar100 =
  (labels: keyof typeof CIFAR100_FORMATS) =>
  (files: readonly DataFile[]): Dataset =>
    cifarDataset("cifar100", CIFAR100_FORMATS[labels], lastIsTest(files));

/** CIFAR-100: color photographs. */
export const CIFAR100 = {
  name: "cifar100",
  title: "CIFAR-100",
  shape: [32, 32, 3],
  classes: 100,
  classNames: CIFAR100_CLASSES,
  train: 50_000,
  test: 10_000,
  licence: "not stated by its authors, who ask to cite Krizhevsky 2009",
  source:
    "Krizhevsky 2009, Learning multiple layers of features from tiny images; " +
    "https://www.cs.toronto.edu/~kriz/cifar.html",
  files: {
    archive: {
      name: "cifar-100-binary",
      url: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
      md5: "03b5dce01913d631647c71ecec9e9cb8",
      bytes: 168_513_733,
      // The checksums are those that torchvision for Ruby checks.
      files: [
        {
          path: "cifar-100-binary/train.bin",
          bytes: 50_000 * 3074,
          sha256: "f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29",
        },
        {
          path: "cifar-100-binary/test.bin",
          bytes: 10_000 * 3074,
          sha256: "d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a",
        },
      ],
      rest: 2 ** 20,
    },
    read: readCifar100("fine"),
  },
} satisfies PublishedSet;
