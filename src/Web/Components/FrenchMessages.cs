using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;
using Vaguemestre.Web.Resources;

namespace Vaguemestre.Web.Components;

/// <summary>What binding and validation say when a rule brings no words of its own. <c>{0}</c> is the property's <c>[Display(Name)]</c>.</summary>
public static class FrenchMessages
{
    /// <summary><c>AddRazorPages().AddMvcOptions(FrenchMessages.Apply)</c></summary>
    public static void Apply(MvcOptions options)
    {
        var messages = options.ModelBindingMessageProvider;
        messages.SetAttemptedValueIsInvalidAccessor((value, name) => Format(Words.InvalidValueOf, name));
        messages.SetUnknownValueIsInvalidAccessor(name => Format(Words.InvalidValueOf, name));
        messages.SetValueIsInvalidAccessor(_ => Words.InvalidValue);
        messages.SetNonPropertyAttemptedValueIsInvalidAccessor(_ => Words.InvalidValue);
        messages.SetNonPropertyUnknownValueIsInvalidAccessor(() => Words.InvalidValue);
        messages.SetValueMustNotBeNullAccessor(_ => Words.MissingValue);
        messages.SetMissingBindRequiredValueAccessor(name => Format(Words.MissingValueOf, name));
        messages.SetMissingKeyOrValueAccessor(() => Words.MissingValue);
        messages.SetMissingRequestBodyRequiredValueAccessor(() => Words.MissingValue);
        messages.SetValueMustBeANumberAccessor(name => Format(Words.NotANumber, name));
        messages.SetNonPropertyValueMustBeANumberAccessor(() => Words.InvalidValue);
        options.ModelMetadataDetailsProviders.Add(new Rules());
    }

    static string Format(string format, string name) => string.Format(System.Globalization.CultureInfo.CurrentCulture, format, name);

    sealed class Rules : IValidationMetadataProvider
    {
        public void CreateValidationMetadata(ValidationMetadataProviderContext context)
        {
            foreach (var rule in context.ValidationMetadata.ValidatorMetadata.OfType<ValidationAttribute>())
            {
                if (rule.ErrorMessageResourceName is null && HasNoWords(rule) && NameOf(rule) is { } name)
                {
                    rule.ErrorMessageResourceType = typeof(Words);
                    rule.ErrorMessageResourceName = name;
                }
            }
        }

        // Some rules bring an English message from the framework as if it were their own.
        static bool HasNoWords(ValidationAttribute rule) =>
            rule.ErrorMessage is null || (rule is EmailAddressAttribute && rule.ErrorMessage == new EmailAddressAttribute().ErrorMessage);

        static string? NameOf(ValidationAttribute rule) => rule switch
        {
            RequiredAttribute => nameof(Words.MissingValueOf),
            EmailAddressAttribute => nameof(Words.NotAnEmail),
            StringLengthAttribute or MaxLengthAttribute => nameof(Words.TooLong),
            CompareAttribute => nameof(Words.NotTheSame),
            _ => null,
        };
    }
}
