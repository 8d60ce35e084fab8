import { describeFaults } from './describe-faults.fixture';

describeFaults('1,000 faults of appends and statements', 50);
