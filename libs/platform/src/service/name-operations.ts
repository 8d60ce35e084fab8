import type { OpenAPIObject } from '@nestjs/swagger';

interface Operation {
  operationId?: string;
  summary?: string;
}

const controllerId = /^(.+)Controller_(.+)$/;

/**
 * Names operations after their use case, for readers of the document and for generated clients:
 * `CreateOrderController_create` becomes `createOrder` and gets the summary "Create order", unless it has one. For a
 * controller with several routes, the method's name is added.
 */
export function nameOperations(document: OpenAPIObject): OpenAPIObject {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path) as Operation[]);
  const routesOf = new Map<string, number>();
  for (const { operationId = '' } of operations) {
    const controller = controllerId.exec(operationId)?.[1] ?? '';
    routesOf.set(controller, (routesOf.get(controller) ?? 0) + 1);
  }
  for (const operation of operations) {
    const [, controller, method] = controllerId.exec(operation.operationId ?? '') ?? [];
    if (controller !== undefined && method !== undefined) {
      const isAlone = routesOf.get(controller) === 1;
      operation.operationId = lowerFirst(isAlone ? controller : `${controller}${upperFirst(method)}`);
      operation.summary ||= sentenceOf(operation.operationId);
    }
  }
  return document;
}

/** The sentence for a name: "List stream events" for `listStreamEvents`. */
function sentenceOf(name: string): string {
  return upperFirst(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
