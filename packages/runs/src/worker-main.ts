import { serve } from "./run/worker";

serve();
