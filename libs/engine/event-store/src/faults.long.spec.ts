import { describeFaults } from './describe-faults.fixture';

describeFaults('10,000 faults of appends and statements', 500, 3_600_000);
