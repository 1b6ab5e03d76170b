/** Value of `format` in the metadata of an adapter's file. */
export const adapterFormat = "weightcast-adapter";

/** Version of the adapter's file. */
export const adapterVersion = 1;
