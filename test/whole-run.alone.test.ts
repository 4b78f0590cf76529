/** One small run over all scenarios, and everything that can be asked of its folder afterwards. */
import './whole-run/record.ts';
import './whole-run/report.ts';
import './whole-run/terminal.ts';
import './whole-run/browser.ts';
