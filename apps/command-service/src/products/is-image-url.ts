import { applyDecorators } from '@nestjs/common';
import { IsText } from '@tidemark/platform';
import { IsUrl } from 'class-validator';

/** An absolute `https:` or `http:` URL of at most 2,048 characters. */
export function IsImageUrl(options: { readonly optional?: boolean } = {}): PropertyDecorator {
  return applyDecorators(
    IsText(2_048, { example: 'https://images.example.com/lamp.png', ...options }),
    IsUrl(
      { protocols: ['https', 'http'], require_protocol: true, require_tld: false },
      { message: '$property must be an http or https URL' },
    ),
  );
}
