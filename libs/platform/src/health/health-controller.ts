import {
  Catch,
  Controller,
  Get,
  Header,
  ServiceUnavailableException,
  UseFilters,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { HealthCheckResult } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/route-access';
import { HealthService } from './health-service';

/** Probes read Terminus's own result, not problem details, even when a check failed. */
@Catch(ServiceUnavailableException)
class HealthResultFilter implements ExceptionFilter<ServiceUnavailableException> {
  catch(exception: ServiceUnavailableException, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.code(exception.getStatus()).send(exception.getResponse());
  }
}

@ApiTags('operations')
@Controller('health')
@UseFilters(HealthResultFilter)
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ description: 'The process is alive' })
  live(): Promise<HealthCheckResult> {
    return this.health.live();
  }

  @Get('ready')
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ description: 'The service accepts requests' })
  @ApiServiceUnavailableResponse({
    description: 'Do not send requests: a dependency is unavailable, or the service is shutting down',
  })
  ready(): Promise<HealthCheckResult> {
    return this.health.ready();
  }

  @Get('startup')
  @Public()
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ description: 'The service has started' })
  startup(): Promise<HealthCheckResult> {
    return this.health.startup();
  }
}
