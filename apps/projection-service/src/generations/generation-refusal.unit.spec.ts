import { generationRefusal } from './generation-refusal';

test.each([
  ['unknown_projection', 404, 'not_found', 'There is no such projection.'],
  ['rebuild_in_progress', 409, 'rebuild_in_progress', /already in progress/],
  ['outdated_replica', 409, 'outdated_replica', /newer release/],
  ['no_previous_generation', 409, 'no_previous_generation', /no previous generation/],
  ['previous_generation_behind', 409, 'previous_generation_behind', /not up to date/],
  ['projection_paused', 409, 'projection_paused', /Resume it first/],
] as const)('%s is answered with %d %s', (refusal, status, code, message) => {
  const problem = generationRefusal(refusal);
  expect([problem.getStatus(), problem.code]).toEqual([status, code]);
  expect(problem.message).toMatch(message);
});
