import { serve } from "./worker";

serve();
