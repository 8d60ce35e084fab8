// Nx loads generators with `require`, which on Node 20 takes no TypeScript.
require('tsx/cjs');

exports.event = (...given) => require('./src/generators/event.ts').domainEventGenerator(...given);
