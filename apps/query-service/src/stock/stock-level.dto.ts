import { pageDto } from '@tidemark/platform';
import { stockLevels } from '@tidemark/read-models';
import { documentDto } from '../read-store/document-dto';

export class StockLevelDto extends documentDto(stockLevels, {
  id: 'productId',
  internal: ['updatedAt'],
  describe: {
    onHand: { minimum: 0 },
    reserved: { minimum: 0 },
    available: { minimum: 0, description: 'onHand - reserved' },
    version: { minimum: 1, description: "The stock item's version" },
  },
}) {}

export class StockListDto extends pageDto(StockLevelDto) {}
