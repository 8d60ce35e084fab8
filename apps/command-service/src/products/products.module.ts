import { Module } from '@nestjs/common';
import { WriteModule } from '../write/write.module';
import { AddProductController } from './add-product/add-product.controller';
import { AddProductHandler } from './add-product/add-product.handler';
import { ChangeProductDetailsController } from './change-product-details/change-product-details.controller';
import { ChangeProductDetailsHandler } from './change-product-details/change-product-details.handler';
import { ChangeProductPriceController } from './change-product-price/change-product-price.controller';
import { ChangeProductPriceHandler } from './change-product-price/change-product-price.handler';
import { DiscontinueProductController } from './discontinue-product/discontinue-product.controller';
import { DiscontinueProductHandler } from './discontinue-product/discontinue-product.handler';

@Module({
  imports: [WriteModule],
  controllers: [
    AddProductController,
    ChangeProductPriceController,
    ChangeProductDetailsController,
    DiscontinueProductController,
  ],
  providers: [
    AddProductHandler,
    ChangeProductPriceHandler,
    ChangeProductDetailsHandler,
    DiscontinueProductHandler,
  ],
})
export class ProductsModule {}
