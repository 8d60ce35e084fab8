import 'reflect-metadata';
import { runService } from '@tidemark/platform';
import { commandService } from './command-service';
import { loadCommandServiceConfig } from './config';

void runService({ ...commandService, config: () => loadCommandServiceConfig(process.env) });
