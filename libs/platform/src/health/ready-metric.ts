export const readyMetric = {
  name: 'tidemark_ready',
  help: 'Whether the service was ready when its probe last asked: 1, or 0',
} as const;
