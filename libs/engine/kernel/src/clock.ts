/** The current instant. Pure code receives it as an argument; only the edge of a service calls `systemClock`. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
