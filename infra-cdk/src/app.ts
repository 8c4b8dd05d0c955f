import { application } from './application.ts';
import { configurationFrom } from './command-line.ts';

application(configurationFrom(process.env)).synth();
