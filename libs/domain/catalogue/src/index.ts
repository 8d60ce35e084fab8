export { priceSchema } from './price';
export { parseProductId, productIdSchema, type ProductId } from './product-id';
export { addProduct, type AddProduct } from './product/add-product';
export { changeProductDetails, type ChangeProductDetails } from './product/change-product-details';
export { changeProductPrice, type ChangeProductPrice } from './product/change-product-price';
export { discontinueProduct, type DiscontinueProduct } from './product/discontinue-product';
export { productContracts, type ProductEvent } from './product/events';
export { catalogueEntryOf, product, type CatalogueEntry } from './product/product';
export { maxQuantity, quantitySchema } from './quantity';
