/** How much of the read models is compared with the log, and how often: a `ProjectionServiceConfig['generations']`. */
export const SAMPLING = Symbol('sampling');
