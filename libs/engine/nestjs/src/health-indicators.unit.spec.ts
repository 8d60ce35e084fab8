import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { healthIndicators } from './health-indicators';
import type { HealthCheck } from './part';

@Module({ imports: [TerminusModule.forRoot({ logger: false })] })
class HealthModule {}

function failing(neededFor?: HealthCheck['neededFor']) {
  let isWorking = false;
  const check: HealthCheck = {
    name: neededFor ?? 'default',
    ...(neededFor && { neededFor }),
    check: async () => {
      if (!isWorking) {
        throw new Error('away');
      }
    },
  };
  return { check, work: (works: boolean) => (isWorking = works) };
}

const down = { status: 'down', reason: 'away' };

describe('the indicators', () => {
  it('say what is missing, and why', async () => {
    const parts = [failing(), failing('requests'), failing('start'), failing('nothing')];
    const indicators = healthIndicators({ checks: parts.map(({ check }) => check) });
    const indicate = async () => Object.assign({}, ...(await Promise.all(indicators.map((one) => one()))));
    const spared = { status: 'up', reason: 'away' };
    expect(await indicate()).toEqual({ default: down, requests: down, start: down, nothing: spared });
    parts.forEach(({ work }) => work(true));
    const up = { status: 'up' };
    expect(await indicate()).toEqual({ default: up, requests: up, start: up, nothing: up });
    parts.forEach(({ work }) => work(false));
    expect(await indicate()).toEqual({ default: down, requests: down, start: spared, nothing: spared });
  });

  it('are indicators of terminus', async () => {
    const app = await NestFactory.createApplicationContext(HealthModule, { logger: false });
    const health = app.get(HealthCheckService);
    const { check, work } = failing();
    const indicators = healthIndicators({ checks: [check] });
    await expect(health.check([...indicators])).rejects.toMatchObject({
      response: { status: 'error', error: { default: down } },
    });
    work(true);
    expect(await health.check([...indicators])).toMatchObject({ status: 'ok' });
    await app.close();
  });
});
