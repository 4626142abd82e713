const ignore = () => undefined;

/**
 * Stops on SIGTERM and SIGINT, and goes on when the terminal or server that started the engine has gone (SIGHUP). A
 * second SIGTERM or SIGINT ends the process at once.
 * @returns a function that takes the handlers away
 */
export function handleSignals(stop: (reason: string) => void): () => void {
  const asked = (signal: NodeJS.Signals) => {
    process.off('SIGTERM', asked).off('SIGINT', asked);
    stop(signal);
  };
  process.on('SIGTERM', asked).on('SIGINT', asked).on('SIGHUP', ignore);
  return () => void process.off('SIGTERM', asked).off('SIGINT', asked).off('SIGHUP', ignore);
}
