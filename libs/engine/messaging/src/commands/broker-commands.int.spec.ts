import { createBrokerCommandBed } from './broker-command-bed.fixture';
import { describeCommands } from './commands-contract.fixture';

describeCommands('the broker', createBrokerCommandBed);
