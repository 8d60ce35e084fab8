/** The token of the relay's part of the configuration. */
export const RELAY_CONFIG = Symbol('relay configuration');
