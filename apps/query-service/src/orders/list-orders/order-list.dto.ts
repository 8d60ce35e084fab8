import { MoneyDto, pageDto } from '@tidemark/platform';
import { orderList } from '@tidemark/read-models';
import { documentDto } from '../../read-store/document-dto';

export class OrderListItemDto extends documentDto(orderList, {
  id: 'id',
  describe: {
    id: { format: 'uuid' },
    orderNumber: { example: 'TM-3F1C6-A528D' },
    customerEmail: { format: 'email' },
    status: { enumName: 'OrderStatus' },
    totalAmount: { type: MoneyDto },
    itemCount: { description: 'The number of lines of the order', minimum: 1, maximum: 10 },
    version: { minimum: 1 },
  },
}) {}

export class OrderListDto extends pageDto(OrderListItemDto) {}
