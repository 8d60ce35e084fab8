import { Module } from '@nestjs/common';
import { ListSalesController } from './list-sales/list-sales.controller';
import { ListSalesHandler } from './list-sales/list-sales.handler';

@Module({ controllers: [ListSalesController], providers: [ListSalesHandler] })
export class SalesModule {}
