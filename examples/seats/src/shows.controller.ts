import { Body, Controller, Get, Headers, NotFoundException, Param, ParseIntPipe, Post } from '@nestjs/common';
import {
  InjectAggregate,
  InjectReadModel,
  writeResultOf,
  type ReaderOf,
  type RepositoryOf,
} from '@tidemark/nestjs';
import { randomUUID } from 'node:crypto';
import { sales, seatMaps } from './read-models';
import { buy, hold, schedule, show } from './show';

const boxOffice = { actor: 'box-office' };

@Controller('shows')
export class ShowsController {
  constructor(
    @InjectAggregate(show) private readonly shows: RepositoryOf<typeof show>,
    @InjectReadModel(seatMaps) private readonly maps: ReaderOf<typeof seatMaps>,
    @InjectReadModel(sales) private readonly soldSeats: ReaderOf<typeof sales>,
  ) {}

  @Post(':id')
  async schedule(
    @Param('id') id: string,
    @Body('seats') seats: string[],
    @Body('price', ParseIntPipe) price: number,
  ) {
    const decide = schedule(id, seats, price);
    return writeResultOf(await this.shows.execute(id, boxOffice, decide, { startsStream: true }));
  }

  @Post(':id/seats/:seat/holds')
  async hold(@Param('id') id: string, @Param('seat') seat: string) {
    const holdId = randomUUID();
    return {
      hold: holdId,
      ...writeResultOf(await this.shows.execute(id, boxOffice, hold(id, seat, holdId))),
    };
  }

  @Post(':id/seats/:seat/sale')
  async buy(@Param('id') id: string, @Param('seat') seat: string, @Body('hold') holdId: string) {
    // A client that got no answer asks again, and gets the answer that it missed.
    const command = { ...boxOffice, idempotencyKey: holdId, request: { buy: seat } };
    return writeResultOf(await this.shows.execute(id, command, buy(id, seat, holdId)));
  }

  @Get(':id')
  async get(@Param('id') id: string, @Headers('consistency-token') token?: string) {
    return (await this.maps.get(id, { token })) ?? Promise.reject(new NotFoundException());
  }

  @Get(':id/sales')
  async salesOf(@Param('id') id: string, @Headers('consistency-token') token?: string) {
    const [sums] = await this.soldSeats.addUp({ where: { show: { eq: id } }, groupBy: ['show'] }, { token });
    return { seats: sums?.seats ?? 0, revenue: sums?.revenue ?? 0 };
  }
}
