export const serviceNames = [
  'command-service',
  'query-service',
  'projection-service',
  'process-manager',
] as const;

export type ServiceName = (typeof serviceNames)[number];

/** The ports of the public interface, to which gateways send requests. */
export const defaultPorts: Readonly<Record<ServiceName, number>> = {
  'command-service': 3001,
  'query-service': 3002,
  'projection-service': 3003,
  'process-manager': 3004,
};

/** The ports of `/metrics` and `/admin`. */
export const defaultAdminPorts: Readonly<Record<ServiceName, number>> = {
  'command-service': 4001,
  'query-service': 4002,
  'projection-service': 4003,
  'process-manager': 4004,
};
