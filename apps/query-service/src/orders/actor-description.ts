export const actorDescription =
  'The subject who sent the command, or `process:<name>`. Customers see `staff` for every subject except their own.';
