import { Controller, UseFilters, applyDecorators } from '@nestjs/common';
import { FaultPassingFilter } from '@tidemark/messaging';

/**
 * A controller of commands that processes send. The filter is the controller's, because a transport that is connected to a
 * running application has its handlers made before it could be given one of its own, and Nest's would then hide from it
 * what went wrong.
 */
export function ProcessCommandController(): ClassDecorator {
  return applyDecorators(Controller(), UseFilters(FaultPassingFilter));
}
