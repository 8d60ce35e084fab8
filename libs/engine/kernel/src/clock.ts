/** The current instant. Pure code gets it as an argument; only the edge calls `systemClock`. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
