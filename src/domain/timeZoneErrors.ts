/**
 * Failures about time zones. Apart from the rest of the catalogue, which the policy page would carry along with the
 * time zones that it needs.
 */
export const TIME_ZONE_ERRORS = {
  LocalTimeZoneUnknown: {
    httpStatus: 400,
    title: 'Time zone unknown',
    message: '"{timeZone}" is not a Windows time zone id.',
    recommendation: 'Choose a time zone from the list, for example UTC or Taipei Standard Time.',
  },
} as const;
