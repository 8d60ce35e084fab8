/**
 * The partition key of commands that their decision refuses where there is no stream yet: a stream that exists stays in
 * its own partition, so this one is never asked for.
 */
export const existingStream = 'existing-stream';
