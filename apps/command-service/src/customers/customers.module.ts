import { Module } from '@nestjs/common';
import { WriteModule } from '../write/write.module';
import { ChangeCustomerContactController } from './change-customer-contact/change-customer-contact.controller';
import { ChangeCustomerContactHandler } from './change-customer-contact/change-customer-contact.handler';
import { RegisterCustomerController } from './register-customer/register-customer.controller';
import { RegisterCustomerHandler } from './register-customer/register-customer.handler';

@Module({
  imports: [WriteModule],
  controllers: [RegisterCustomerController, ChangeCustomerContactController],
  providers: [RegisterCustomerHandler, ChangeCustomerContactHandler],
})
export class CustomersModule {}
