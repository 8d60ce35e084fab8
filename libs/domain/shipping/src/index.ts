export { shipmentIdOf, shipmentIdSchema, type ShipmentId } from './shipment-id';
export { cancelShipment } from './shipment/cancel-shipment';
export { createShipment, type CreateShipment } from './shipment/create-shipment';
export { deliverShipment, type DeliverShipment } from './shipment/deliver-shipment';
export { dispatchShipment, type DispatchShipment } from './shipment/dispatch-shipment';
export { shipmentContracts, type ShipmentEvent } from './shipment/events';
export { shipment } from './shipment/shipment';
