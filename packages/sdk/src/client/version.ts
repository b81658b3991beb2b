/** Of this package, as its package.json says; read from there it would need a file system, which workers lack. */
export const VERSION = "0.2.0";
