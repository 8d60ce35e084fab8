export { parseShipmentId, shipmentIdOf, shipmentIdSchema, type ShipmentId } from './shipment-id';
export { cancelShipment, type CancelShipment } from './shipment/cancel-shipment';
export { createShipment, type CreateShipment } from './shipment/create-shipment';
export { deliverShipment, type DeliverShipment } from './shipment/deliver-shipment';
export { dispatchShipment, type DispatchShipment } from './shipment/dispatch-shipment';
export {
  shipmentCancellationRejected,
  shipmentCancelled,
  shipmentContracts,
  shipmentCreated,
  shipmentDelivered,
  shipmentDispatched,
  shipmentLineSchema,
  type ShipmentEvent,
} from './shipment/events';
export { shipment, type ShipmentLine, type ShipmentState, type ShipmentStatus } from './shipment/shipment';
