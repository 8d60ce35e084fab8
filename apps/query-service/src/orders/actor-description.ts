export const actorDescription =
  'The subject that sent the command, or `process:<name>`. A customer sees `staff` for every subject but its own.';
